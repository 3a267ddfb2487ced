"""How does attention remember? It looks back: with and without it, its map, and what it costs."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.price import prices
from explorer.specs import AttentionSpec
from explorer.ui import attention
from explorer.ui.attention_sentence import own_sentence
from explorer.ui.controls import settings
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment, stage

MAIN = ("task", "score", "cell", "hidden_dim", "max_length", "reverse_source", "steps")
MORE = ("embedding_dim", "learning_rate", "batch_size", "seed")
FIRST_LOOKS = ("start", "end", "depends", "spread")
FAILINGS = ("within", "soon", "later", "never")

essay = Essay("attention", AttentionSpec.lesson)


def draw(moment: Moment[AttentionSpec]) -> None:
    attention.lengths(essay, moment)
    own_sentence(essay, moment)
    attention.ways(essay, moment)
    left, right = st.columns(2, gap="large")
    with left:
        attention.learning(essay, moment)
    with right:
        attention.price_table(essay, moment.spec)
    attention.evidence(essay, moment)
    length = moment.spec.max_length
    kept = {f"kept_{net}": f"{one.kept:,}" for net, one in prices(moment.spec, length).items()}
    st.markdown(essay.text("honest", length=length, **kept))


essay.claim()
essay.prediction(FIRST_LOOKS)
with st.expander(essay.text("prediction_length.title")):
    essay.prediction(FAILINGS, "prediction_length")
essay.experiment()
st.caption(essay.text("about"))
chosen = settings(AttentionSpec, MAIN, MORE)
shown = stage(chosen, draw)
essay.try_this(5)
essay.script(chosen, shown)
