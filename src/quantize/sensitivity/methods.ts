import {
  type CalibratedTensor,
  type Calibration,
  mergeSizes,
  type Method,
  methodText,
  rangeOf,
  type Scheme,
} from "../calibration/mod.ts";

/** Methods that are tried for a tensor's range. */
export const candidateMethods: readonly Method[] = [
  { name: "percentile", value: 99.999 },
  { name: "percentile", value: 99.99 },
  { name: "percentile", value: 99.9999 },
  { name: "percentile", value: 99.9 },
  { name: "mse" },
  { name: "entropy" },
  { name: "minmax" },
];

/** A calibration whose ranges of one scheme can be found anew, from its histograms. */
export class RangeChoices {
  readonly #found = new Map<string, ReadonlyMap<string, CalibratedTensor>>();

  /**
   * Starts from a calibration.
   *
   * @param input The tensor that pictures are put into, whose range stays as it is.
   * @param scheme Whose ranges; the others stay as they are.
   */
  constructor(
    readonly calibration: Calibration,
    readonly input: string,
    readonly scheme: Scheme,
  ) {}

  /** What a method finds for a tensor. */
  tensor(name: string, method: Method): CalibratedTensor | undefined {
    const text = methodText(method);
    let all = this.#found.get(text);
    if (!all) {
      all = new Map(
        this.calibration.tensors.map((tensor) => [
          tensor.name,
          tensor.name === this.input ? tensor : this.#anew(tensor, method),
        ]),
      );
      this.#found.set(text, all);
    }
    return all.get(name);
  }

  /** The calibration with each tensor's range by its method. */
  with(method: (tensor: string) => Method): Calibration {
    const { calibration } = this;
    return {
      ...calibration,
      method: "auto",
      tensors: calibration.tensors.map(({ name }) => this.tensor(name, method(name))!),
    };
  }

  /**
   * Methods that give these tensors ranges which differ from each other, from the narrowest to the
   * widest; `base` is always among them.
   */
  ladder(tensors: ReadonlySet<string>, base: Method): Method[] {
    const methods = [base];
    for (const method of candidateMethods) {
      if (!methods.some((one) => this.#alike(tensors, one, method))) methods.push(method);
    }
    const width = (method: Method) =>
      [...tensors].reduce((sum, name) => {
        const range = this.tensor(name, method)?.[this.scheme];
        const whole = this.tensor(name, { name: "minmax" })?.[this.scheme];
        return range && whole ? sum + (range.max - range.min) / (whole.max - whole.min) : sum;
      }, 0);
    return methods.toSorted((a, b) => width(a) - width(b));
  }

  #anew({ symmetricMethod, ...tensor }: CalibratedTensor, method: Method): CalibratedTensor {
    const { scheme } = this;
    const [own, symmetric] = scheme === "asymmetric"
      ? [method, symmetricMethod ?? tensor.method]
      : [tensor.method, method];
    return {
      ...tensor,
      method: own,
      ...(methodText(own) !== methodText(symmetric) && { symmetricMethod: symmetric }),
      [scheme]: rangeOf(mergeSizes(tensor.histograms), method, scheme),
    };
  }

  #alike(tensors: ReadonlySet<string>, one: Method, other: Method): boolean {
    for (const name of tensors) {
      const [a, b] = [this.tensor(name, one), this.tensor(name, other)];
      if (!a || !b) continue;
      const [p, q] = [a[this.scheme], b[this.scheme]];
      const within = alikeShare * Math.max(p.max - p.min, q.max - q.min);
      if (Math.abs(p.min - q.min) > within || Math.abs(p.max - q.max) > within) return false;
    }
    return true;
  }
}

/** Ranges whose ends differ by less of their width are not tried both. */
const alikeShare = 0.03;
