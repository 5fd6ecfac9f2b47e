import cliProgress from "cli-progress";

/** Tells how far a part has got. */
export interface Progress {
  start(name: string, total: number): void;
  update(done: number): void;
  stop(): void;
}

/** A bar on a terminal, plain lines elsewhere. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): Progress {
  const single = new cliProgress.SingleBar({
    stream,
    format: "{name} {bar} {value}/{total}  {duration_formatted}",
    barsize: 30,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    // Left on, so that the terminal is as before after Ctrl-C.
    linewrap: true,
  });
  return {
    start: (name, total) => single.start(total, 0, { name: name.padEnd(8) }),
    update: (done) => single.update(done),
    stop: () => single.stop(),
  };
}

/** A line for each tenth. */
function lines(stream: NodeJS.WriteStream): Progress {
  let name = "";
  let total = 0;
  let tenths = 0;
  return {
    start: (...part) => {
      [name, total] = part;
      tenths = 0;
    },
    update: (done) => {
      const reached = Math.floor((done / total) * 10);
      if (reached === tenths) return;
      tenths = reached;
      stream.write(`${name} ${done}/${total}\n`);
    },
    stop: () => undefined,
  };
}
