/** What somebody gave can't be used. The message says why, to them. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
