import { classes } from "../classes.ts";
import type { Label } from "../scene/label.ts";
import type { FrameSize } from "../scene/stage.ts";

/** What is told of a set as a whole. */
export interface SetInfo {
  readonly seed: number;
  readonly domain: string;
  readonly recipe: string;
}

/** Gathers the annotations of a set of images in COCO's form. */
export class CocoSet {
  readonly #images: unknown[] = [];
  readonly #annotations: unknown[] = [];

  constructor(private readonly info: SetInfo, private readonly size: FrameSize) {}

  /** Adds an image, named relative to `images/`, and what is in it. */
  add(name: string, labels: readonly Label[]): void {
    const id = this.#images.length + 1;
    this.#images.push({ id, file_name: name, ...this.size });
    for (const { kind, defect, category, box, area } of labels) {
      this.#annotations.push({
        id: this.#annotations.length + 1,
        image_id: id,
        category_id: category,
        bbox: box,
        area,
        iscrowd: 0,
        attributes: { kind, defect },
      });
    }
  }

  /** All of it as JSON text. */
  text(): string {
    return JSON.stringify({
      info: {
        description: "Parts on a conveyor, drawn by scripts/demo-line",
        ...this.info,
      },
      licenses: [{ id: 1, name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" }],
      images: this.#images,
      annotations: this.#annotations,
      categories: classes.map(({ name, kind }, i) => ({ id: i + 1, name, supercategory: kind })),
    }) + "\n";
  }
}
