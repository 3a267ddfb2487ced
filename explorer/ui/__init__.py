"""The only place that imports Streamlit: widgets, state, the live stage, the beats of a page."""
