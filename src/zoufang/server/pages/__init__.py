"""What people see: start pages, customer page, dashboards, reports. Queries only; stores nothing."""
