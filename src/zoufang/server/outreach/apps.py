from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "zoufang.server.outreach"

    def ready(self) -> None:
        """The book, which stands below, is told here who lands contact logs."""
        from zoufang.server.book.importing import LANDERS
        from zoufang.server.outreach.landing import land_contacts

        LANDERS["contacts"] = land_contacts
