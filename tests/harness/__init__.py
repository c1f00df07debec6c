"""Starts the real parts (TiDB, the Salesforce sandbox, sluice serve) and speaks to them."""
