/** `Symbol.asyncDispose`, where the runtime has it. */
export const asyncDispose: symbol | undefined = (Symbol as { asyncDispose?: symbol }).asyncDispose;
