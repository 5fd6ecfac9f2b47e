import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { UploadQueue } from "./upload-queue.tsx";

const root = document.querySelector("main");
if (root === null) throw new Error("The page has no <main>");
createRoot(root).render(
  <StrictMode>
    <UploadQueue url="/uploads" />
  </StrictMode>,
);
