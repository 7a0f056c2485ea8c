"""Refused rows: counted, shown to whoever may see them, and landed once their contract is corrected."""
