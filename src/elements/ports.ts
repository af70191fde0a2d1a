/**
 * What can flow over a link. Every packet carries its picture all the way; the port type names what
 * has been worked out about it so far.
 */
export type PortType = "image" | "tensor" | "raw" | "detections" | "tracks";

/** In the order in which a pipeline usually produces them. */
export const portTypes: readonly PortType[] = ["image", "tensor", "raw", "detections", "tracks"];

/** What each port type is, as error messages and `inspect` say it. */
export const portSummaries: Record<PortType, string> = {
  image: "a picture",
  tensor: "a picture scaled into a model's input",
  raw: "a model's raw outputs",
  detections: "boxes with class and score, in source pixels",
  tracks: "detections that carry a track id",
};

/** Whether an input that accepts `accepted` takes packets of type `given` (tracks are detections). */
export function fits(given: PortType, accepted: readonly PortType[]): boolean {
  return accepted.some((type) =>
    type === given || type === "image" || (type === "detections" && given === "tracks")
  );
}
