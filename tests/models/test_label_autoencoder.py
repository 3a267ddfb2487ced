"""The code is the label: probabilities in the middle, one column of evidence a culprit."""

from __future__ import annotations

import torch

from explorer.models.label_autoencoder import LabelAutoencoder


def model(clues: int = 7, classes: int = 3, pixels: int = 5) -> LabelAutoencoder:
    return LabelAutoencoder(clues, classes, pixels, torch.Generator().manual_seed(0))


def test_shapes_and_the_exact_number_of_parameters() -> None:
    output = model()(torch.rand(4, 7))
    assert output.scores.shape == output.code.shape == (4, 3)
    assert output.reconstruction.shape == (4, 5)
    assert sum(parameter.numel() for parameter in model().parameters()) == 7 * 3 + 3 + 3 * 5


def test_the_code_is_the_softmax_of_the_scores() -> None:
    output = model()(torch.rand(4, 7))
    torch.testing.assert_close(output.code, torch.softmax(output.scores, dim=1))
    torch.testing.assert_close(output.code.sum(dim=1), torch.ones(4))


def test_a_label_alone_is_decoded_to_its_column_and_a_mixture_to_the_mixture() -> None:
    net = model()
    first, _, third = net.deduce(torch.eye(3))
    torch.testing.assert_close(first, net.decoder[:, 0])
    half = net.deduce(torch.tensor([[0.5, 0.0, 0.5]]))[0]
    torch.testing.assert_close(half, (first + third) / 2)


def test_the_generator_alone_decides_where_it_begins() -> None:
    one, again = model().state_dict(), model().state_dict()
    assert all(torch.equal(one[name], again[name]) for name in one)
    other = LabelAutoencoder(7, 3, 5, torch.Generator().manual_seed(1)).state_dict()
    assert not torch.equal(one["encoder.weight"], other["encoder.weight"])
    assert not torch.equal(one["decoder"], other["decoder"])
