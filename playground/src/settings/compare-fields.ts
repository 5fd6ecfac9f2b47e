import type { Field } from "./field.ts";

/** What the scene is compared with. It is chosen where the comparison is shown, and not in the form. */
export const comparison: readonly Field[] = [
  {
    kind: "choice",
    key: "compare",
    label: "Compare with",
    choices: [
      ["none", "nothing"],
      ["hand", "p-queue + fetch, as people write it"],
      ["care", "p-queue + fetch, with care"],
      ["kept", "the settings kept as B"],
    ],
    help: "The same load and the same luck, at a server of its own.",
    restarts: true,
  },
  {
    kind: "text",
    key: "kept",
    label: "Settings kept as B",
    placeholder: "",
    help: "The pool's settings, as a link holds them.",
    restarts: true,
  },
];
