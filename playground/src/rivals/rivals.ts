export { byHand } from "./by-hand.ts";
export { withCare } from "./with-care.ts";
