import { make } from "../page/element.ts";
import type { Life } from "../scene/life.ts";
import { Sheet } from "./canvas.ts";
import { movesBetween, type Place } from "./moves.ts";
import type { Palette } from "./palette.ts";
import type { Station } from "./station.ts";

/** ms of one flight. */
const FLIGHT = 320;
/** More than this at once and nobody sees one. */
const MOST = 48;
/** CSS pixels. */
const RADIUS = 5;

type Point = readonly [x: number, y: number];

interface Flight {
  readonly life: Life;
  readonly from: Point;
  readonly to: Point;
  readonly began: number;
}

/** Shows tasks on their way from one station to the next: on a sheet of its own over all of them, since cells stand for figures. */
export class Travel {
  readonly #flow: HTMLElement;
  readonly #sheet: Sheet;
  readonly #stations: Readonly<Record<Place["station"], Station>>;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #corners: Readonly<Record<Place["station"], Point>> | undefined;
  #places: ReadonlyMap<Life, Place> | undefined;
  #flights: Flight[] = [];
  #isDrawn = false;

  /** @param canvas That of the first station, in the item that the sheet is laid into. */
  constructor(canvas: HTMLCanvasElement, stations: Readonly<Record<Place["station"], Station>>) {
    const item = canvas.parentElement ?? document.body;
    this.#flow = item.parentElement ?? item;
    this.#stations = stations;
    const over = make("canvas", { className: "travel", ariaHidden: "true" });
    item.append(over);
    this.#sheet = new Sheet(over);
    new ResizeObserver(() => {
      over.style.width = `${this.#flow.clientWidth}px`;
      over.style.height = `${this.#flow.clientHeight}px`;
      this.#corners = undefined;
    }).observe(this.#flow);
  }

  /** Nobody is on the way any more. */
  clear(): void {
    this.#places = undefined;
    this.#flights = [];
  }

  /** Looks who has gone from one station to another since the last look. */
  note(places: ReadonlyMap<Life, Place>, followed: Life | undefined): void {
    const before = this.#places;
    this.#places = places;
    if (before === undefined || this.#calm.matches) return;
    const began = performance.now();
    for (const { life, from, to } of movesBetween(before, places, MOST - this.#flights.length, followed)) {
      // From where it is seen now, if it is on its way still.
      const flying = this.#flights.find((flight) => flight.life === life);
      if (flying !== undefined) this.#flights.splice(this.#flights.indexOf(flying), 1);
      const start = flying === undefined ? this.#pointOf(from) : pointOn(flying, began);
      this.#flights.push({ life, from: start, to: this.#pointOf(to), began });
    }
  }

  /** Draws those on their way. */
  draw(stamp: number, { accent, ink, surface }: Palette, followed: Life | undefined): void {
    if (this.#flights.length === 0 && !this.#isDrawn) return;
    this.#sheet.fit();
    const { context, canvas, scale } = this.#sheet;
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.#flights = this.#flights.filter(({ began }) => stamp - began < FLIGHT);
    this.#isDrawn = this.#flights.length > 0;
    context.strokeStyle = surface;
    context.lineWidth = 1.5 * scale;
    for (const flight of this.#flights) {
      const isFollowed = flight.life === followed;
      const [x, y] = pointOn(flight, stamp);
      context.beginPath();
      context.arc(x * scale, y * scale, (isFollowed ? RADIUS + 2 : RADIUS) * scale, 0, 2 * Math.PI);
      context.fillStyle = isFollowed ? ink : accent;
      context.fill();
      context.stroke();
    }
  }

  /** In CSS pixels on the sheet. Who has just come, comes from the left. */
  #pointOf(place: Place | undefined): Point {
    const corners = (this.#corners ??= this.#measure());
    if (place === undefined) return [0, corners.line[1] + RADIUS];
    const [left, top] = corners[place.station];
    const [x, y] = this.#stations[place.station].middle(place.at);
    return [left + x, top + y];
  }

  /** Once for each layout: to ask for it costs one. */
  #measure(): Readonly<Record<Place["station"], Point>> {
    const flow = this.#flow.getBoundingClientRect();
    const corner = ({ canvas }: Station): Point => {
      const { left, top } = canvas.getBoundingClientRect();
      return [left - flow.left, top - flow.top];
    };
    const { line, queue, slot } = this.#stations;
    return { line: corner(line), queue: corner(queue), slot: corner(slot) };
  }
}

/** Where a flight is: it starts and ends slowly, and goes in a bow, so that those who cross are told apart. */
function pointOn({ from, to, began }: Flight, stamp: number): Point {
  const part = Math.min(Math.max((stamp - began) / FLIGHT, 0), 1);
  const way = part * part * (3 - 2 * part);
  const bow = 14 * Math.sin(Math.PI * way);
  return [from[0] + (to[0] - from[0]) * way, from[1] + (to[1] - from[1]) * way - bow];
}
