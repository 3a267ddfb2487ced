"""What lives between the points? An autoencoder and a variational one, on equal terms."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.analysis.codes import label_agreement
from explorer.analysis.prior import (
    Net,
    classes_seen,
    entropy_bits,
    offset,
    prior_codes,
    spread,
)
from explorer.analysis.reconstruction import reconstruction_mse
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.models.autoencoder import Autoencoder
from explorer.models.classifier import Classifier
from explorer.models.vae import VariationalAutoencoder, kl_divergence, reparameterised
from explorer.specs import WalkSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches
from explorer.training.supervised import fit_classifier

Layers = list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]

PIXEL_SIGMA = 0.4  # of the Gaussian that both decoders put around each pixel
TEST_NOISE_SEED = 0

JUDGE_WIDTH = 128
JUDGE_STEPS = 1000
JUDGE_RATE = 1e-3
JUDGE_BATCH = 128
JUDGE_SEED = 0


def reconstruction_loss(x: Tensor, x_hat: Tensor) -> Tensor:
    """-ln p(x | z) under N(x_hat, PIXEL_SIGMA²), without its constant: nats per image, averaged.

    (B, pixels) both. In these units the Kullback–Leibler part of a VAE weighs 1.
    """
    return ((x - x_hat) ** 2).sum(dim=1).mean() / (2 * PIXEL_SIGMA**2)


class WalkExperiment:
    """Both nets on the same batches with the same reconstruction loss; see WalkSpec.

    Their judge is a classifier which has seen nothing but real training pictures. It does not
    depend on the spec, so the runs on one picture set are judged alike.
    """

    def __init__(self, spec: WalkSpec, pictures: PictureSet) -> None:
        self.beta = spec.beta
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        widths = (pictures.pixels, *spec.hidden_widths, spec.latent_dim)
        self.ae = Autoencoder(widths, spec.activation, tied=False, generator=self.generator)
        self.vae = VariationalAutoencoder(widths, spec.activation, self.generator)
        adam = OPTIMIZERS["adam"]
        self.ae_optimizer = adam(self.ae.parameters(), spec.learning_rate)
        self.vae_optimizer = adam(self.vae.parameters(), spec.learning_rate)
        self.batches = batches(pictures.train, spec.batch_size, self.generator)
        self.judge = _judge(pictures)
        self.judge.load_state_dict(_judge_weights(pictures))
        self.models = nn.ModuleDict({"ae": self.ae, "vae": self.vae, "judge": self.judge})
        self.exhibit = exhibit(pictures)
        self.prior_codes = prior_codes(spec.latent_dim, pictures.device)
        self.test_noise = _test_noise(len(self.exhibit.x), spec.latent_dim, pictures.device)

    def step(self) -> None:
        x = next(self.batches)  # (B, pixels)
        _descend(reconstruction_loss(x, self.ae(x).reconstruction), self.ae_optimizer)
        output = self.vae(x, self.generator)
        kl = kl_divergence(output.mean, output.log_variance).mean()
        loss = reconstruction_loss(x, output.reconstruction) + self.beta * kl
        _descend(loss, self.vae_optimizer)

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics of each net N in ae, vae, all on test pictures: N_test_mse per pixel (the VAE's
        decoded from the posterior means, which are its codes), N_reconstruction_loss in nats per
        image (the VAE's decoded from codes drawn from the posterior, as in training), N_code_std,
        N_code_mean, N_label_agreement 0…1 and N_prior_class_entropy in bits; vae_kl in nats per
        image; judge_accuracy 0…1. `test_mse`, which a target is held against, is the
        autoencoder's. arrays: N_codes (M, latent_dim), N_prior_classes (classes,).
        """
        x = self.exhibit.x
        mean, log_variance = self.vae.encode(x)
        drawn = reparameterised(mean, log_variance, self.test_noise)
        ae_codes = self.ae.encode(x)
        ae_x_hat = self.ae.decode(ae_codes)
        metrics = {
            "ae_test_mse": reconstruction_mse(x, ae_x_hat),
            "vae_test_mse": reconstruction_mse(x, self.vae.decode(mean)),
            "ae_reconstruction_loss": reconstruction_loss(x, ae_x_hat).item(),
            "vae_reconstruction_loss": reconstruction_loss(x, self.vae.decode(drawn)).item(),
            "vae_kl": kl_divergence(mean, log_variance).mean().item(),
            "judge_accuracy": self._judge_accuracy(),
        }
        metrics["test_mse"] = metrics["ae_test_mse"]
        arrays: dict[str, Array] = {}
        codes: dict[Net, Tensor] = {"ae": ae_codes, "vae": mean}
        for net, z in codes.items():
            numbers, shown = self._judged(net, z.cpu().numpy())
            metrics |= {f"{net}_{name}": number for name, number in numbers.items()}
            arrays |= {f"{net}_{name}": array for name, array in shown.items()}
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def _judge_accuracy(self) -> float:
        seen = self.judge(self.exhibit.x).argmax(dim=1).cpu().numpy()
        return float((seen == self.exhibit.labels).mean())

    def _judged(
        self, net: Net, codes: npt.NDArray[np.float32]
    ) -> tuple[dict[str, float], dict[str, Array]]:
        """What is measured of the codes of one net, and of what its decoder makes of the prior.

        Of a code that is not finite any more the numbers are nan.
        """
        decode = {"ae": self.ae.decode, "vae": self.vae.decode}[net]
        counts = classes_seen(self.judge(decode(self.prior_codes)))
        finite = bool(np.isfinite(codes).all())
        numbers = {
            "code_std": spread(codes),
            "code_mean": offset(codes),
            "label_agreement": label_agreement(codes, self.exhibit.labels) if finite else math.nan,
            "prior_class_entropy": entropy_bits(counts),
        }
        return numbers, {"codes": codes, "prior_classes": counts}

    def weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.models.state_dict().items()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.models.load_state_dict(weights)


def decoder_layers(weights: Mapping[str, Array], net: Net) -> Layers:
    """Weight (out, in) and bias (out,) of a net's decoder, from the code to the pixels.

    From a snapshot's weights; none of a moment that does not hold them any more.
    """
    start = f"{net}.decoder.layers."
    count = sum(name.startswith(start) and name.endswith(".bias") for name in weights)
    return [
        (weights[f"{start}{index}.weight"], weights[f"{start}{index}.bias"])
        for index in range(count)
    ]


def _descend(loss: Tensor, optimizer: Optimizer) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _test_noise(rows: int, latent_dim: int, device: torch.device) -> Tensor:
    """(rows, latent_dim): always the same, so that a curve shows the net and not the draw."""
    generator = torch.Generator().manual_seed(TEST_NOISE_SEED)
    return torch.randn(rows, latent_dim, generator=generator).to(device)


def _judge(pictures: PictureSet) -> Classifier:
    generator = torch.Generator(pictures.device).manual_seed(JUDGE_SEED)
    widths = (pictures.pixels, JUDGE_WIDTH, len(pictures.classes))
    return Classifier(widths, "relu", generator)


@remembered
def _judge_weights(pictures: PictureSet) -> dict[str, Tensor]:
    """What the judge has learnt from the training pictures; once a picture set."""
    judge = _judge(pictures)
    fit_classifier(
        judge,
        pictures.train,
        pictures.train_labels,
        steps=JUDGE_STEPS,
        learning_rate=JUDGE_RATE,
        batch_size=JUDGE_BATCH,
        generator=torch.Generator(pictures.device).manual_seed(JUDGE_SEED),
    )
    return judge.state_dict()
