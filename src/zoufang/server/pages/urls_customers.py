"""Addresses of the customers' pages."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import contacts, customers, orders, person_registers, recusals

urlpatterns = [
    path("contacts/", contacts.contact_list, name="contact_list"),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/<uuid:party_id>/", customers.customer, name="customer"),
    path("customers/<uuid:party_id>/reveal/", customers.customer_reveal, name="customer_reveal"),
    path("customers/<uuid:party_id>/may-visit/", customers.customer_may_visit, name="customer_may_visit"),
    path("customers/<uuid:party_id>/visits/order/", orders.customer_order_visit, name="customer_order_visit"),
    path("customers/<uuid:party_id>/contact/", customers.customer_contact, name="customer_contact"),
    path("customers/<uuid:party_id>/ways/", customers.customer_ask, name="customer_ask"),
    path("customers/<uuid:party_id>/phones/new/", customers.customer_add_phone, name="customer_add_phone"),
    path("customers/<uuid:party_id>/addresses/new/", customers.customer_add_address, name="customer_add_address"),
    path("customers/<uuid:party_id>/visit-needs/", customers.customer_visit_needs, name="customer_visit_needs"),
    path("customers/<uuid:party_id>/recusals/new/", recusals.recuse, name="recuse"),
    path("customers/recusals/<uuid:recusal_id>/end/", recusals.end_recusal, name="end_recusal"),
    path("customers/<uuid:party_id>/refusals/", person_registers.customer_refusals, name="customer_refusals"),
    path("customers/refusals/<uuid:refusal_id>/lift/", person_registers.refusal_lift, name="refusal_lift"),
    path("customers/<uuid:party_id>/consents/", person_registers.customer_consents, name="customer_consents"),
    path(
        "customers/consents/<uuid:consent_id>/confirm/", person_registers.consent_confirm, name="consent_confirm"
    ),
    path("customers/consents/<uuid:consent_id>/void/", person_registers.consent_void, name="consent_void"),
    path(
        "customers/<uuid:party_id>/contact/<uuid:person_id>/<slug:role>/",
        customers.customer_contact_other,
        name="customer_contact_other",
    ),
    path("customers/<uuid:party_id>/stops/new/", customers.customer_set_stop, name="customer_set_stop"),
    path("customers/<uuid:party_id>/complaints/new/", customers.customer_complain, name="customer_complain"),
]
