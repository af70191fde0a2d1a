/** Names that are joined to sets, one after another; each set is known by one of its names. */
export class Sets {
  readonly #parents = new Map<string, string>();

  /** The name that stands for the set that `name` is in. */
  find(name: string): string {
    let root = name;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) {
      root = up;
    }
    for (let at = name; at !== root;) {
      const up = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = up;
    }
    return root;
  }

  /** Makes one set of those that the two are in. */
  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first !== second) this.#parents.set(second, first);
  }
}
