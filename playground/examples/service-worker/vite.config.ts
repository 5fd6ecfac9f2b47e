import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    rolldownOptions: {
      // The worker's scope is the folder that it lies in: so it lies at the top, under a name that stays.
      input: { page: "index.html", "service-worker": "worker/service-worker.ts" },
      output: { entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
});
