"""Learning rate by progress, and how many epochs fit into the time there is."""

import math


def rate(progress: float, step: int, warmup: int, least=0.01) -> float:
    """Factor of the learning rate: a linear start over `warmup` steps, then half a cosine to `least`."""
    falling = least + (1 - least) * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    return falling * min(1.0, (step + 1) / max(warmup, 1))


class Plan:
    """How many epochs there will be. With a time budget: as many as fit, looked at again every epoch.

    Seconds count from the first start of the program, decoding and checks included; what a program that
    was cut short did after its last checkpoint does not count.
    """

    def __init__(self, epochs: int | None, budget: float | None, reserve=6.0):
        self.epochs, self.budget, self.reserve = epochs, budget, reserve
        self.measured: list[float] = []
        self.beside = 0.0  # seconds of validating and saving so far

    def done(self, epoch: int) -> bool:
        return self.epochs is not None and epoch >= self.epochs

    def note(self, epoch: int, seconds: float, beside: float, spent: float) -> bool:
        """After epoch number `epoch` (from 0) took `seconds`, and what followed it `beside`; `spent` in all.

        True where the plan changed.
        """
        if self.budget is None:
            return False
        self.beside += beside
        # The first has the device's warming up in it.
        self.measured = (self.measured + [seconds])[-8:] if epoch else []
        one = sum(self.measured) / len(self.measured) if self.measured else seconds
        one += self.beside / (epoch + 1)
        fit = epoch + 1 + max(0, int((self.budget - self.reserve - spent) / one))
        if self.epochs is not None:
            # A cosine near its end must not be stretched, nor bent for little; what doesn't fit must go.
            late = epoch > 0.7 * self.epochs
            if fit == self.epochs or (late and fit > self.epochs):
                return False
            if epoch <= 0.9 * self.epochs and abs(fit - self.epochs) <= 0.03 * self.epochs:
                return False
        self.epochs = fit
        return True

    def progress(self, epoch: int, share: float) -> float:
        """From 0 to 1, `share` of epoch number `epoch` done. Before the plan is known: the start."""
        return 0.0 if self.epochs is None else (epoch + share) / self.epochs

    def closing(self, epoch: int, most=15) -> bool:
        """Whether this is one of the last epochs, which see pictures as inference does."""
        return self.epochs is not None and epoch >= self.epochs - min(most, max(1, self.epochs // 8))

    def state(self) -> dict:
        return {"epochs": self.epochs, "measured": self.measured, "beside": self.beside}

    def restore(self, state: dict):
        self.epochs, self.measured, self.beside = state["epochs"], state["measured"], state["beside"]
