"""An average of the weights over the last steps: what is validated and exported."""

import copy
import math

import torch
from torch import nn


class Average:
    """Exponential moving average of parameters and of normalisation's statistics."""

    def __init__(self, model: nn.Module, decay=0.9998, ramp=1000):
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay, self.ramp, self.steps = decay, ramp, 0
        self.own = [t for t in self.model.state_dict().values() if t.is_floating_point()]
        self.live = [t for t in model.state_dict().values() if t.is_floating_point()]

    @torch.no_grad()
    def update(self):
        self.steps += 1
        # At the start the weights change fast: the average must forget as fast.
        decay = self.decay * (1 - math.exp(-self.steps / self.ramp))
        torch._foreach_lerp_(self.own, self.live, 1 - decay)
