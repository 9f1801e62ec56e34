from zoufang.core.values import Message


def test_several_messages_in_one_keep_their_own_words_and_places() -> None:
    joined = Message.joined([Message("%(n)s left", {"n": 2}), Message("Closed"), Message("Open")])
    assert str(joined) == "2 left; Closed; Open"
    assert joined.text(lambda text: {"Closed": "已结束"}.get(text, text)) == "2 left; 已结束; Open"
    assert Message.from_json(joined.as_json()) == joined


def test_one_message_joined_is_itself() -> None:
    assert Message.joined([Message("Open")]) == Message("Open")
