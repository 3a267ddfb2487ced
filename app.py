"""The Encoder–Decoder Explorer. Start it with `streamlit run app.py`.

The server imports this file once and finds `app`; then every visit of every reader runs it as a
script, which names the pages, settles the language and hands over to a page.
"""

from __future__ import annotations

import streamlit as st

from explorer.ui.server import serving
from explorer.ui.shell import close_shell, open_shell

if __name__ == "__main__":
    page = open_shell()
    page.run()
    close_shell(page)
else:
    app = st.App(__file__, lifespan=serving)
