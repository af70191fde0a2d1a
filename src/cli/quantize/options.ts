/** The options of `quantize`, as commander gives them. */
export interface QuantizeOptions {
  readonly images?: string;
  readonly from?: string;
  readonly output?: string;
  readonly targets: readonly ("openvino" | "tensorrt" | "cache")[];
  readonly method?: "auto" | "percentile" | "minmax" | "entropy" | "mse";
  readonly percentile?: number;
  readonly sizes?: readonly { readonly width: number; readonly height: number }[];
  readonly most?: number;
  readonly head?: "int8" | "float";
  readonly keep: readonly string[];
  readonly maxDrop?: number | "none";
  readonly maxSlowdown?: number;
  readonly annotations?: string;
  readonly biasCorrection: "on" | "off";
  readonly equalise: "on" | "off";
  readonly weights: "auto" | "free" | "paired";
  readonly engine: readonly string[];
  readonly complete?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
