"""The beats of every lesson: claim, prediction, experiment, evidence, try this; the code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.lessons.course import LESSONS
from explorer.lessons.scripts import script
from explorer.specs import Spec
from explorer.ui.language import say
from explorer.ui.runs import device_type
from explorer.ui.session import memory
from explorer.ui.shell import builds_on
from explorer.ui.stage import Moment


class Essay:
    """One lesson's page. `stem` names its texts: `<stem>.claim`, `<stem>.prediction.…`, …"""

    def __init__(self, stem: str, slug: str) -> None:
        self.stem = stem
        self.slug = slug
        self.say = say()

    def text(self, key: str, **values: object) -> str:
        """The lesson's own text under `key`."""
        return self.say(f"{self.stem}.{key}", **values)

    def claim(self) -> None:
        """Title, what to know before if anything, question and the claim in two sentences."""
        st.title(self.say(f"course.{self.stem}.title"))
        builds_on(LESSONS[self.slug])
        st.markdown(f"#### {self.say(f'course.{self.stem}.question')}")
        st.markdown(self.text("claim"))

    def prediction(self, answers: Sequence[str], topic: str = "prediction") -> None:
        """The reader commits to one of `answers` before seeing; `<stem>.<topic>.<answer>`."""
        guesses = memory().lesson(self.slug).predictions
        question = self.text(f"{topic}.question")
        with st.container(border=True):
            st.markdown(f"**{self.say('common.predict')}** {question}")
            chosen = st.radio(
                question,
                answers,
                index=answers.index(guesses[topic]) if topic in guesses else None,
                format_func=lambda answer: self.text(f"{topic}.{answer}"),
                key=f"{self.slug}.{topic}",
                horizontal=True,
                label_visibility="collapsed",
            )
            if chosen is not None:
                guesses[topic] = chosen
            st.caption(self.say("common.predicted" if chosen else "common.predict_first"))

    def experiment(self) -> None:
        """The heading over the controls and the stage."""
        st.subheader(self.say("common.experiment"), anchor="experiment")

    def verdict(self, measured: str, topic: str = "prediction") -> None:
        """Holds the reader's prediction against `measured`, which answer turned out true."""
        predicted = memory().lesson(self.slug).predictions.get(topic)
        if predicted is None:
            return
        truth = self.text(f"{topic}.{measured}")
        if predicted == measured:
            st.success(self.say("common.prediction_held", truth=truth), icon="🎯")
        else:
            guess = self.text(f"{topic}.{predicted}")
            st.info(self.say("common.prediction_failed", guess=guess, truth=truth), icon="💡")

    def evidence(self, key: str = "notice", **values: object) -> None:
        """The heading, and the sentence on what to notice, with its numbers put in."""
        st.subheader(self.say("common.evidence"), anchor="evidence")
        st.markdown(self.text(key, **values))

    def try_this(self, count: int, topic: str = "try") -> None:
        """`count` things to try, `<stem>.<topic>.1` and on."""
        st.subheader(self.say("common.try_this"), anchor="try")
        st.markdown("\n".join(f"- {self.text(f'{topic}.{i}')}" for i in range(1, count + 1)))

    def script(self, spec: Spec, moment: Moment[Any] | None) -> None:
        """The PyTorch of the settings, with as many steps as their run took if it has ended."""
        ran = moment is not None and moment.spec == spec and moment.snapshot.ending is not None
        steps = moment.snapshot.step if moment is not None and ran else spec.steps or 1000
        st.subheader(self.say("common.script"), anchor="script")
        st.markdown(self.say("common.script_about", steps=f"{steps:,}"))
        claim = self.text("claim").replace("*", "")
        source = script(spec, steps=steps, headline=claim, device=device_type())
        with st.expander(self.say("common.script_show")):
            st.code(source, language="python", line_numbers=True)
        st.download_button(
            self.say("common.script_download"),
            source,
            file_name=f"{self.stem}.py",
            mime="text/x-python",
            key=f"{self.slug}.script",
            icon="⬇️",
        )
