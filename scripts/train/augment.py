"""Batches for the network, made on the device: placed, coloured, disturbed. Nothing waits for the device.

A picture is always moved along its axes (scaled, shifted, mirrored), so its boxes stay tight.
Constants are made once: to send even one number to the device is to wait for it.
"""

from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F

from data import GREY, Pictures
from loss import Targets


@cache
def constant(values: tuple, device) -> torch.Tensor:
    return torch.tensor(values, device=device, dtype=torch.float32)


# From RGB to lightness and a plane of colour (YIQ), and back.
TO = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))
FROM = tuple(map(tuple, torch.tensor(TO, dtype=torch.float64).inverse().tolist()))


class Placement(NamedTuple):
    """Where K pictures go in the input: pixel = source · scale + shift, and the part that is shown."""

    scale: torch.Tensor  # K×2, negative where mirrored
    shift: torch.Tensor  # K×2
    window: torch.Tensor  # K×4, x1 y1 x2 y2


def placement(scale, corner, mirror, window, size):
    """Of pictures whose left upper corner (once mirrored) lies at `corner`; all K×2, but `window`."""
    shift = torch.where(mirror, corner + size * scale, corner)
    low = torch.maximum(window[:, :2], corner)
    high = torch.minimum(window[:, 2:], corner + size * scale)
    return Placement(torch.where(mirror, -scale, scale), shift, torch.cat((low, high), 1))


def letterboxed(count: int, height: int, width: int, imgsz: int, device) -> Placement:
    """As inference places them: as large as fits, centred."""
    size = constant((width, height), device)
    scale = torch.full((count, 2), min(imgsz / width, imgsz / height), device=device)
    window = constant((0, 0, imgsz, imgsz), device).expand(count, 4)
    never = torch.zeros(count, 2, dtype=torch.bool, device=device)
    return placement(scale, (imgsz - size * scale) / 2, never, window, size)


def warp(pixels: torch.Tensor, where: Placement, imgsz: int):
    """Pictures K×H×W×3 (bytes) → K×3×S×S (0 to 1, channels last) and where they show, K×1×S×S.

    Bilinear, half-pixel centres, edges repeated: what the runtime's letterbox does.
    """
    height, width = pixels.shape[1:3]
    line = torch.arange(imgsz, device=pixels.device, dtype=torch.float32) + 0.5
    sizes = constant((width, height), pixels.device)
    source = (line - where.shift[..., None]) / where.scale[..., None]  # K×2×S
    x, y = (source / sizes[:, None] * 2 - 1).unbind(1)
    grid = torch.stack((x[:, None, :].expand(-1, imgsz, -1), y[:, :, None].expand(-1, -1, imgsz)), -1)
    images = pixels.permute(0, 3, 1, 2).float().div_(255)
    images = F.grid_sample(images, grid, "bilinear", "border", align_corners=False)
    low, high = where.window[:, :2, None], where.window[:, 2:, None]
    shown = (line > low) & (line < high)  # K×2×S
    return images, (shown[:, 0, None, None, :] & shown[:, 1, None, :, None])


def move(boxes, valid, where: Placement, least=0.3, side=3.0):
    """Boxes K×M×4 in the input, cut to what is shown; those of which too little is left drop out."""
    scale, shift = where.scale.repeat(1, 2)[:, None], where.shift.repeat(1, 2)[:, None]
    a, b = (boxes * scale + shift).chunk(2, -1)
    low, high = torch.minimum(a, b), torch.maximum(a, b)
    whole = (high - low).prod(-1)
    low = torch.maximum(low, where.window[:, None, :2])
    high = torch.minimum(high, where.window[:, None, 2:])
    extent = (high - low).clamp(min=0)
    valid = valid & (extent.amin(-1) >= side) & (extent.prod(-1) >= least * whole)
    return torch.cat((low, high), -1) * valid[..., None], valid


def plain(data: Pictures, index: torch.Tensor, imgsz: int):
    """Pictures as inference sees them, and their targets."""
    pixels = data.pixels[index]
    where = letterboxed(len(index), *pixels.shape[1:3], imgsz, pixels.device)
    images, shown = warp(pixels, where, imgsz)
    boxes, valid = move(data.boxes[index], data.valid[index], where, 0.0, 0.0)
    return finish(images, shown), Targets(boxes, data.kinds[index], valid)


def finish(images, shown):
    images = torch.where(shown, images, GREY / 255)
    return images.contiguous(memory_format=torch.channels_last)


class Augment:
    """Random batches. The same generator state gives the same batch."""

    def __init__(self, data: Pictures, imgsz: int):
        self.data, self.imgsz = data, imgsz
        self.height, self.width = data.pixels.shape[1:3]
        self.device = data.pixels.device
        self.fit = min(imgsz / self.width, imgsz / self.height)
        self.size = constant((self.width, self.height), self.device)

    def __call__(self, index, partners, most, generator, calm=False):
        """Images B×3×S×S and targets of no more than `most` objects a picture.

        `index` B; `partners` 3×m: the first m pictures become mosaics with three others. `calm`: the
        geometry of inference but for mirroring and slight scaling, as in the last epochs.
        """
        count, mosaics = len(index), partners.shape[1]
        rand = lambda *shape: torch.rand(*shape, generator=generator, device=self.device)  # noqa: E731
        where = self.single(count, rand, calm)
        if mosaics:
            tiles = self.tiles(mosaics, rand)
            where = Placement(*(
                torch.cat((t[:mosaics], w[mosaics:], t[mosaics:])) for t, w in zip(tiles, where)
            ))
            index = torch.cat((index, partners.reshape(-1)))
        images, shown = warp(self.data.pixels[index], where, self.imgsz)
        boxes, valid = move(self.data.boxes[index], self.data.valid[index], where)
        kinds = self.data.kinds[index]
        if mosaics:
            for i in range(count, count + 3 * mosaics, mosaics):
                tile = shown[i : i + mosaics]
                images[:mosaics] = torch.where(tile, images[i : i + mosaics], images[:mosaics])
                shown[:mosaics] |= tile
            boxes, valid, kinds = (gather(t, count, mosaics) for t in (boxes, valid, kinds))
        images = disturb(images[:count], rand, generator, 0.5 if calm else 1.0)
        first = valid.to(torch.int8).sort(dim=1, descending=True, stable=True).indices[:, :most]
        targets = Targets(
            boxes.gather(1, first[..., None].expand(-1, -1, 4)), kinds.gather(1, first), valid.gather(1, first)
        )
        return finish(images, shown[:count]), targets

    def single(self, count, rand, calm) -> Placement:
        """Scaled by 0.7 to 1.4 (about the letterbox's scale), shifted by up to a fifth; one in four not."""
        size, fit = self.size, self.fit
        spread, reach = (0.1, 0.03) if calm else (0.35, 0.2)
        moved = (rand(count, 1) > 0.25).float()
        zoom = ((rand(count, 1) * 2 - 1) * spread * moved).exp()
        aspect = 1 + (rand(count, 2) - 0.5) * 0.1 * moved
        scale = fit * zoom * aspect
        corner = (self.imgsz - size * scale) / 2 + (rand(count, 2) * 2 - 1) * reach * self.imgsz * moved
        window = constant((0, 0, self.imgsz, self.imgsz), self.device).expand(count, 4)
        return placement(scale, corner, rand(count, 2) < 0.5, window, size)

    def tiles(self, count, rand) -> Placement:
        """Four pictures that meet in a point near the middle: 4·count, all first ones before the seconds."""
        size, fit = self.size, self.fit
        meet = self.imgsz * (0.35 + 0.3 * rand(count, 2))
        each = []
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            side = constant((x, y), self.device)
            scale = (fit * (0.6 + 0.5 * rand(count, 1))).expand(-1, 2)
            corner = torch.where(side > 0, meet, meet - size * scale)
            window = torch.cat((meet * side, meet + (self.imgsz - meet) * side), 1)
            each.append(placement(scale, corner, rand(count, 2) < 0.5, window, size))
        return Placement(*(torch.cat(parts) for parts in zip(*each)))


def gather(rows, count, mosaics):
    """Rows of the three other tiles beside those of the first; elsewhere zeros."""
    more = rows[count:].unflatten(0, (3, mosaics)).transpose(0, 1).flatten(1, 2)
    wide = rows.new_zeros(count, more.shape[1], *rows.shape[2:])
    wide[:mosaics] = more
    return torch.cat((rows[:count], wide), 1)


def disturb(images, rand, generator, strength=1.0):
    """Colour, light, blur and noise as cameras differ and drift; every picture its own."""
    count = len(images)
    spread = lambda width, share=1.0: (  # noqa: E731
        (rand(count, 1, 1) * 2 - 1) * width * strength * (rand(count, 1, 1) < share)
    )
    images = blur(images, rand)
    # Hue and saturation turn and stretch the plane of colour about grey; light and contrast follow.
    turn, stretch = spread(0.12, 0.6), 1 + spread(0.4, 0.8)
    zero, one = torch.zeros_like(turn), torch.ones_like(turn)
    c, s = turn.cos() * stretch, turn.sin() * stretch
    plane = torch.cat((
        torch.cat((one, zero, zero), 2), torch.cat((zero, c, -s), 2), torch.cat((zero, s, c), 2)
    ), 1)
    warm = spread(0.12, 0.7)
    gain = torch.cat((1 + warm, one, 1 - warm), 1) * (1 + spread(0.25, 0.8))  # B×3×1
    matrix = constant(FROM, images.device) @ plane @ constant(TO, images.device) * gain
    pivot = images.mean((1, 2, 3), keepdim=True)
    contrast = 1 + spread(0.3, 0.7)[..., None]
    images = torch.einsum("bij,bjhw->bihw", matrix, images)
    images = (images - pivot) * contrast + pivot + spread(0.08, 0.5)[..., None]
    gamma = spread(0.35, 0.6).exp()[..., None]
    images = images.clamp(1e-4, 1).pow(gamma)
    noise = torch.randn(images.shape, generator=generator, device=images.device, dtype=images.dtype)
    sigma = (0.03 * strength * rand(count, 1, 1, 1)) * (rand(count, 1, 1, 1) < 0.5)
    return (images + noise * sigma).clamp_(0, 1)


def blur(images, rand, share=0.2, reach=4):
    """Gaussian blur of some pictures, often along one axis only, as by motion or focus."""
    some = max(1, int(len(images) * share))
    # The first pictures may be mosaics, so it is the last ones that are blurred.
    part = images[-some:]
    sigma = 0.3 + 1.5 * rand(some, 2) * (rand(some, 2) < 0.7)
    line = torch.arange(-reach, reach + 1, device=images.device, dtype=images.dtype)
    kernel = (-(line / sigma[..., None]).square() / 2).exp()
    kernel = kernel / kernel.sum(-1, keepdim=True)
    kernel = kernel[:, None].expand(-1, 3, -1, -1).flatten(0, 1)  # 3·some×2×taps: one a colour
    flat = part.reshape(1, -1, *part.shape[2:])
    flat = F.conv2d(F.pad(flat, (reach,) * 4, "replicate"), kernel[:, 0, None, None, :], groups=3 * some)
    flat = F.conv2d(flat, kernel[:, 1, None, :, None], groups=3 * some)
    return torch.cat((images[:-some], flat.view(part.shape)))
