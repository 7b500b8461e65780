"""How every sheet looks: one set of styles, tables, validations and pages for all of them."""
