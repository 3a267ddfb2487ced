"""What is between the two halves? One autoencoder, trained and watched."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.reconstruction import principal_components, reconstruction_mse
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.pictures import PictureSet
from explorer.models.autoencoder import Autoencoder
from explorer.specs import AnatomySpec
from explorer.training.loop import Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches, with_gaussian_noise

TRAINING_SAMPLE = 256  # training pictures on which the training error is read


def widths(spec: AnatomySpec, pixels: int) -> tuple[int, ...]:
    """The encoder's widths from the pixels to the code."""
    return (pixels, *spec.hidden_widths, spec.latent_dim)


class AnatomyExperiment:
    """One autoencoder on one picture set, on the set's device; see AnatomySpec."""

    def __init__(self, spec: AnatomySpec, pictures: PictureSet) -> None:
        self.spec = spec
        self.generator = torch.Generator(pictures.train.device).manual_seed(spec.seed)
        self.model = Autoencoder(
            widths(spec, pictures.pixels),
            spec.activation,
            tied=spec.tied,
            generator=self.generator,
        )
        self.optimizer = OPTIMIZERS[spec.optimizer](self.model.parameters(), spec.learning_rate)
        self.batches = batches(pictures.train, spec.batch_size, self.generator)
        self.exhibit = exhibit(pictures)
        self.sample = pictures.train[:TRAINING_SAMPLE]
        pca = principal_components(pictures)
        self.pca_test_mse = pca.mse(self.exhibit.pictures, spec.latent_dim)

    def step(self) -> None:
        x = next(self.batches)  # (B, pixels)
        x_hat = self.model(with_gaussian_noise(x, self.spec.noise, self.generator)).reconstruction
        loss = F.mse_loss(x_hat, x)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: train_mse, test_mse, pca_test_mse; arrays: codes, reconstructions."""
        output = self.model(self.exhibit.x)
        return Snapshot(
            step=step,
            seconds=seconds,
            metrics={
                "train_mse": reconstruction_mse(
                    self.sample, self.model(self.sample).reconstruction
                ),
                "test_mse": reconstruction_mse(self.exhibit.x, output.reconstruction),
                "pca_test_mse": self.pca_test_mse,
            },
            arrays={
                "codes": output.code[:, :2].cpu().numpy(),  # (M, 1 or 2): what a map can show
                "reconstructions": as_bytes(output.reconstruction[self.exhibit.examples]),
            },
        )

    def weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.model.state_dict().items()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.model.load_state_dict(weights)
