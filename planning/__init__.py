"""What could be done: pure functions on tables, with units in their names. No Streamlit, no SQL, nothing of ours."""
