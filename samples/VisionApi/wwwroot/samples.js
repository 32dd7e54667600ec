// The sample images of the page, with matching prompts.

const shapes = [
  { file: "sample1.png", name: "Shapes on gray", prompts: ["an orange cross", "a purple circle", "a black star", "a green hexagon", "a red triangle"] },
  { file: "sample2.png", name: "Shapes on stripes", prompts: ["a blue diamond", "a red square", "an orange ring", "something orange"] },
  { file: "sample3.png", name: "A hexagon among irregular shapes", prompts: ["a hexagon", "a ring", "a cross"] },
  { file: "sample4.png", name: "Crosses on stripes", prompts: ["a yellow cross", "an orange diamond", "a blue circle"] },
];

const codes = [
  { file: "qr1.jpg", name: "Several codes" },
  { file: "qr2.jpg", name: "A code at an angle" },
  { file: "qr3.jpg", name: "A rotated code" },
  { file: "qr4.jpg", name: "A colored code" },
];

export const samplesOf = mode => mode === "qr" ? codes : shapes;

export const suggestions = ["a red circle", "something green", "a blue square", "a ring"];
