"""One colour a meaning, through the whole app.

Every colour stands out from a white and from a near-black page (contrast ≥ 3:1, WCAG 1.4.11), and
those which share a chart stay apart for readers with protanopia and deuteranopia.
"""

from __future__ import annotations

ENCODER = "#0072B2"
DECODER = "#D55E00"
CODE = "#009E73"

TRAIN = "#808080"
TEST = "#C44BD0"

PCA = "#A08A2C"
LINEAR = "#188FA7"
DEEP = "#9018E8"
RBM = "#BF0060"
METHODS = {"pca": PCA, "linear": LINEAR, "deep": DEEP, "rbm": RBM}
VAE = "#4E8F00"
NETS = {"ae": DEEP, "vae": VAE}

INFORMATIVE, LYING_AROUND, ALWAYS_BLANK = "#2F6FDB", "#C8500A", "#808080"
CLUES = {"informative": INFORMATIVE, "noise": LYING_AROUND, "blank": ALWAYS_BLANK}
FOR, AGAINST = "#1F8A3B", "#C2327A"  # what a clue says of a culprit

MEDIAN, RIDGE, DENOISING = "#1466B8", "#4095BF", "#BF4055"

PRETRAINED, SCRATCH = "#5A8CF0", "#A84800"  # layer by layer without labels first, or not

COPIER, SPARSE = "#EE6500", "#C66CC5"  # wide codes: nothing held back, or few units at a time
CONSTRAINTS = {
    "overcomplete": COPIER,
    "undercomplete": DEEP,
    "sparse": SPARSE,
    "denoising": DENOISING,
}
RULED, BY_CHANCE = "#414AF8", "#77A100"  # lists of numbers with a rule, and random ones

RNN, GRU, LSTM = "#C8500A", "#2F8FE0", "#7F37EA"
CELL_HUES = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
WITH_ATTENTION, WITHOUT_ATTENTION = "#9A3FE0", "#C77A00"
ATTENTION_HUES = {"with": WITH_ATTENTION, "without": WITHOUT_ATTENTION}
# What is found in the context vector, and what the decoder says of it.
NONLINEAR_PROBE, UNTRAINED = "#763DED", "#AA4630"
PROBE_HUES = {
    "decoder": DECODER,
    "nonlinear": NONLINEAR_PROBE,
    "linear": ENCODER,
    "untrained": UNTRAINED,
    "control": "#808080",
}
ENGLISH, KOREAN, ON_PAIRS = "#0C961F", "#2984C3", "#534BFF"  # ON_PAIRS: a seq2seq taught the pairs
LANGUAGE_HUES = {"en": ENGLISH, "ko": KOREAN}

# They race on a map, and stand out from its heights and its valleys too.
SGD, MOMENTUM, RMSPROP, ADAM = "#D66511", "#1C69FC", "#069863", "#E525B1"
OPTIMIZER_HUES = {"sgd": SGD, "momentum": MOMENTUM, "rmsprop": RMSPROP, "adam": ADAM}

# What becomes of a ball under steps of one learning rate, from cold to hot: none of a racer's hues,
# and dark enough for white words. Then nets that differ in it alone.
CRAWLS, ARRIVES, OVERSHOOTS, DIVERGES = "#6A62B8", "#007D84", "#8F6D00", "#BF1F45"
ZONE_HUES = {
    "crawls": CRAWLS,
    "converges": ARRIVES,
    "overshoots": OVERSHOOTS,
    "diverges": DIVERGES,
}
SMALL_STEPS, MIDDLE_STEPS, LARGE_STEPS = "#0D7D8E", "#8428FE", "#D45C02"
RATE_HUES = {"small": SMALL_STEPS, "middle": MIDDLE_STEPS, "large": LARGE_STEPS}

EMPTY = "#B87800"  # where there are no data, and nothing that is decoded can be trusted
FAINT = "#808080"  # what is there, but not what the reader picked
DENOISERS = {
    "noisy": FAINT,
    "median": MEDIAN,
    "pca": PCA,
    "ridge": RIDGE,
    "ae": DEEP,
    "dae": DENOISING,
}

# Found by searching the colours of the right contrast for ten that lie far apart in Oklab, as seen
# with normal colour vision and without red or green cones. They are dealt so that digits which a
# code often mixes up (3 and 8, 4 and 9, 5 and 9 …) differ most.
CLASSES = (
    "#C71000",
    "#107040",
    "#FF20BF",
    "#00A768",
    "#DF7000",
    "#976080",
    "#A700BF",
    "#108FBF",
    "#B770FF",
    "#6038FF",
)
