"""Languages and dialects in which a visit may have to be held, and the sex of an officer asked for.

Codes are ISO 639-3; dialects of Mandarin, which it does not part, carry the name of their group.
"""

from __future__ import annotations

from enum import StrEnum

from zoufang.core.values.message import gettext_noop


class Language(StrEnum):
    MANDARIN = "cmn"  # 普通话
    JILU = "cmn-jilu"  # 冀鲁官话
    ZHONGYUAN = "cmn-zhongyuan"  # 中原官话
    JIAOLIAO = "cmn-jiaoliao"  # 胶辽官话
    NORTHEASTERN = "cmn-dongbei"  # 东北官话
    LANYIN = "cmn-lanyin"  # 兰银官话
    SOUTHWESTERN = "cmn-xinan"  # 西南官话
    JIANGHUAI = "cmn-jianghuai"  # 江淮官话
    JIN = "cjy"  # 晋语
    WU = "wuu"  # 吴语
    HUI = "czh"  # 徽语
    GAN = "gan"  # 赣语
    XIANG = "hsn"  # 湘语
    HAKKA = "hak"  # 客家话
    MIN_NAN = "nan"  # 闽南语
    MIN_DONG = "cdo"  # 闽东语
    CANTONESE = "yue"  # 粤语
    PINGHUA = "csp"  # 平话
    MONGOLIAN = "mvf"  # 蒙古语
    TIBETAN = "bod"  # 藏语
    UYGHUR = "uig"  # 维吾尔语
    KAZAKH = "kaz"  # 哈萨克语
    KOREAN = "kor"  # 朝鲜语
    ZHUANG = "zha"  # 壮语
    YI = "iii"  # 彝语
    MIAO = "hmn"  # 苗语
    SIGN = "csl"  # 中国手语


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


LANGUAGE_NAMES = {
    Language.MANDARIN: gettext_noop("Standard Mandarin"),
    Language.JILU: gettext_noop("Jilu Mandarin"),
    Language.ZHONGYUAN: gettext_noop("Zhongyuan Mandarin"),
    Language.JIAOLIAO: gettext_noop("Jiaoliao Mandarin"),
    Language.NORTHEASTERN: gettext_noop("Northeastern Mandarin"),
    Language.LANYIN: gettext_noop("Lanyin Mandarin"),
    Language.SOUTHWESTERN: gettext_noop("Southwestern Mandarin"),
    Language.JIANGHUAI: gettext_noop("Jianghuai Mandarin"),
    Language.JIN: gettext_noop("Jin"),
    Language.WU: gettext_noop("Wu"),
    Language.HUI: gettext_noop("Huizhou Chinese"),
    Language.GAN: gettext_noop("Gan"),
    Language.XIANG: gettext_noop("Xiang"),
    Language.HAKKA: gettext_noop("Hakka"),
    Language.MIN_NAN: gettext_noop("Southern Min"),
    Language.MIN_DONG: gettext_noop("Eastern Min"),
    Language.CANTONESE: gettext_noop("Cantonese"),
    Language.PINGHUA: gettext_noop("Pinghua"),
    Language.MONGOLIAN: gettext_noop("Mongolian"),
    Language.TIBETAN: gettext_noop("Tibetan"),
    Language.UYGHUR: gettext_noop("Uyghur"),
    Language.KAZAKH: gettext_noop("Kazakh"),
    Language.KOREAN: gettext_noop("Korean"),
    Language.ZHUANG: gettext_noop("Zhuang"),
    Language.YI: gettext_noop("Yi"),
    Language.MIAO: gettext_noop("Miao"),
    Language.SIGN: gettext_noop("Chinese Sign Language"),
}


def language_name(code: str) -> str:
    """The English name, to be translated; a code of the bank's own stands for itself."""
    return LANGUAGE_NAMES[Language(code)] if code in set(Language) else code
