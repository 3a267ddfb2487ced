"""The autoencoder has the sizes it is drawn with, and with tied weights it is one net."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.autoencoder import Autoencoder, TiedDecoder, parameter_count
from explorer.models.layers import ACTIVATIONS, linear_layers

TIED = pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])


def autoencoder(
    widths: Sequence[int] = (6, 5, 2),
    activation: str = "tanh",
    *,
    tied: bool = False,
    seed: int = 0,
) -> Autoencoder:
    generator = torch.Generator().manual_seed(seed)
    return Autoencoder(widths, activation, tied=tied, generator=generator)


def linears(model: nn.Module) -> list[nn.Linear]:
    """The linear layers, in the order in which a picture passes them."""
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)]


def pictures(count: int, pixels: int) -> Tensor:
    return torch.rand(count, pixels, generator=torch.Generator().manual_seed(1))


# Sizes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widths", "tied", "count"),
    [
        ((4, 3, 2), False, (12 + 3 + 6 + 2) + (6 + 3 + 12 + 4)),
        ((4, 3, 2), True, (12 + 3 + 6 + 2) + (3 + 4)),
        ((64, 2), False, (128 + 2) + (128 + 64)),
        ((64, 2), True, (128 + 2) + 64),
        ((784, 256, 128, 2), False, 469_010),
        ((784, 256, 128, 2), True, 235_282),
    ],
)
def test_parameter_count(widths: Sequence[int], tied: bool, count: int) -> None:
    model = autoencoder(widths, tied=tied)
    assert sum(parameter.numel() for parameter in model.parameters()) == count
    assert parameter_count(widths, tied=tied) == count


@TIED
@pytest.mark.parametrize("widths", [(6, 2), (6, 5, 2), (6, 5, 4, 3, 7, 9)])
def test_shapes(widths: Sequence[int], tied: bool) -> None:
    model = autoencoder(widths, tied=tied)
    x = pictures(3, widths[0])
    reconstruction, code = model(x)
    assert reconstruction.shape == (3, widths[0])
    assert code.shape == (3, widths[-1])
    assert torch.equal(code, model.encode(x))
    assert torch.equal(reconstruction, model.decode(code))


@TIED
def test_outputs_have_names(tied: bool) -> None:
    model = autoencoder(tied=tied)
    output = model(pictures(3, 6))
    assert output.code is output[1]
    assert output.reconstruction is output[0]


# What it computes ---------------------------------------------------------------------------------


@TIED
@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "identity"])
def test_pixels_lie_between_0_and_1_and_codes_anywhere(activation: str, tied: bool) -> None:
    model = autoencoder((6, 5, 2), activation, tied=tied)
    with torch.no_grad():
        output = model(100 * pictures(50, 6))
    assert 0 <= output.reconstruction.min() <= output.reconstruction.max() <= 1
    assert output.code.abs().max() > 1


@TIED
def test_a_net_of_identities_is_affine(tied: bool) -> None:
    model = autoencoder((6, 5, 2), "identity", tied=tied)
    x, y = pictures(2, 6)
    with torch.no_grad():
        bend = model(x)[0] + model(y)[0] - 2 * model((x + y) / 2)[0]
    torch.testing.assert_close(bend, torch.zeros(6), atol=1e-6, rtol=0)


def test_by_hand() -> None:
    """2 → 1 → 1 and back with ReLU: z = 2·relu(3·0.5 − 1) = 1, x̂ = σ(4·relu(−1·z + 2), …)."""
    model = autoencoder((2, 1, 1), "relu")
    values = [
        ([[3.0, 7.0]], [-1.0]),
        ([[2.0]], [0.0]),
        ([[-1.0]], [2.0]),
        ([[4.0], [-4.0]], [0.0, 1.0]),
    ]
    with torch.no_grad():
        for layer, (weight, bias) in zip(linears(model), values, strict=True):
            layer.weight.copy_(torch.tensor(weight))
            layer.bias.copy_(torch.tensor(bias))
        output = model(torch.tensor([[0.5, 0.0]]))
    assert output.code.tolist() == [[1.0]]
    torch.testing.assert_close(output.reconstruction, torch.tensor([[4.0, -3.0]]).sigmoid())


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("silu", nn.SiLU()),
        ("gelu", nn.GELU()),
        ("relu", nn.ReLU()),
        ("tanh", nn.Tanh()),
        ("sigmoid", nn.Sigmoid()),
        ("identity", nn.Identity()),
    ],
)
def test_activations_are_torchs(name: str, oracle: nn.Module) -> None:
    x = torch.linspace(-3, 3, 13)
    assert torch.equal(ACTIVATIONS[name](x), oracle(x))


# The fold -----------------------------------------------------------------------------------------


def test_a_tied_decoder_is_the_encoder_transposed() -> None:
    model = autoencoder((6, 5, 2), "tanh", tied=True)
    assert isinstance(model.decoder, TiedDecoder)
    with torch.no_grad():
        for bias in model.decoder.biases:
            bias.normal_(generator=torch.Generator().manual_seed(3))
    first, second = (layer.weight for layer in linears(model.encoder))
    z = pictures(4, 2)
    hidden = torch.tanh(z @ second + model.decoder.biases[0])  # (4,2)@(2,5)
    expected = torch.sigmoid(hidden @ first + model.decoder.biases[1])  # (4,5)@(5,6)
    torch.testing.assert_close(model.decode(z), expected)


def test_tied_weights_are_kept_once() -> None:
    model = autoencoder((6, 5, 2), tied=True)
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    assert shapes == {
        "encoder.layers.0.weight": (5, 6),
        "encoder.layers.0.bias": (5,),
        "encoder.layers.1.weight": (2, 5),
        "encoder.layers.1.bias": (2,),
        "decoder.biases.0": (5,),
        "decoder.biases.1": (6,),
    }


def test_the_gradient_of_decoding_reaches_the_tied_weights() -> None:
    model = autoencoder((6, 5, 2), tied=True)
    F.mse_loss(model.decode(pictures(4, 2)), pictures(4, 6)).backward()  # type: ignore[no-untyped-call]
    for layer in linears(model.encoder):
        assert layer.weight.grad is not None
        assert layer.weight.grad.abs().sum() > 0
        assert layer.bias.grad is None  # the way back has biases of its own


def test_untied_halves_are_two_nets() -> None:
    model = autoencoder((6, 5, 2), tied=False)
    F.mse_loss(model.decode(pictures(4, 2)), pictures(4, 6)).backward()  # type: ignore[no-untyped-call]
    assert all(layer.weight.grad is None for layer in linears(model.encoder))


def test_a_tied_model_follows_its_loaded_weights() -> None:
    model, other = autoencoder(tied=True, seed=0), autoencoder(tied=True, seed=1)
    x = pictures(3, 6)
    assert not torch.equal(model(x).reconstruction, other(x).reconstruction)
    other.load_state_dict(model.state_dict())
    assert torch.equal(model(x).reconstruction, other(x).reconstruction)


# Randomness is passed in --------------------------------------------------------------------------


def weights(model: nn.Module) -> Tensor:
    return torch.cat([value.flatten() for value in model.state_dict().values()])


@TIED
def test_the_seed_makes_the_weights(tied: bool) -> None:
    assert torch.equal(weights(autoencoder(tied=tied)), weights(autoencoder(tied=tied)))
    assert not torch.equal(weights(autoencoder(tied=tied)), weights(autoencoder(tied=tied, seed=1)))


def test_both_halves_are_drawn_from_one_stream() -> None:
    model = autoencoder((4, 4))
    there, back = linears(model)
    assert not torch.equal(there.weight, back.weight)


def test_tying_does_not_change_the_encoder_drawn() -> None:
    tied, untied = autoencoder(tied=True), autoencoder(tied=False)
    assert torch.equal(weights(tied.encoder), weights(untied.encoder))


def test_weights_are_xavier_uniform_and_biases_zero() -> None:
    (layer,) = linears(linear_layers((300, 200), torch.Generator().manual_seed(0)))
    bound = (6 / 500) ** 0.5  # Glorot & Bengio 2010, equation 16
    assert 0.99 * bound < layer.weight.abs().max().item() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.01)
    assert not layer.bias.any()


@TIED
def test_the_global_stream_is_left_alone(tied: bool) -> None:
    before = torch.get_rng_state()
    model = autoencoder(tied=tied)
    model(pictures(3, 6)).reconstruction.sum().backward()
    assert torch.equal(torch.get_rng_state(), before)


@TIED
def test_threads_do_not_disturb_each_other(tied: bool) -> None:
    expected = {seed: weights(autoencoder((64, 32, 2), tied=tied, seed=seed)) for seed in range(4)}
    with ThreadPoolExecutor(8) as pool:
        seeds = [seed % 4 for seed in range(64)]
        built = pool.map(lambda seed: autoencoder((64, 32, 2), tied=tied, seed=seed), seeds)
        for seed, model in zip(seeds, built, strict=True):
            assert torch.equal(weights(model), expected[seed])
