/* The public API, door by door, as the built declarations say it: `node test/package/api-report.ts` writes it into test/package/api. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { fileOf, root, subPaths } from "./installation.ts";

/** Where the reports stand, from the top of the repository. */
export const REPORTS = "test/package/api";

/** A report for each door, by its file's name, made anew from `dist`. */
export function freshReports(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "httppool-api-"));
  try {
    const configs = subPaths.map((subPath) => configOf(fileOf(subPath), folder));
    const [first, ...others] = configs;
    if (first === undefined) return new Map();
    const additionalEntryPoints = others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
    const compilerState = CompilerState.create(first, { additionalEntryPoints });
    for (const config of configs) extract(config, compilerState);
    return new Map(readdirSync(folder).map((name) => [name, tidy(readFileSync(join(folder, name), "utf8"))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The reports that stand in the repository. */
export function keptReports(): ReadonlyMap<string, string> {
  const folder = join(root, REPORTS);
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function extract(config: ExtractorConfig, compilerState: CompilerState): void {
  const errors: string[] = [];
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.text);
    },
  });
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

function configOf(name: string, reportFolder: string): ExtractorConfig {
  // Doc comments are another tool's business; a declaration that the compiler can't read is an error.
  const unheard = { default: { logLevel: ExtractorLogLevel.None, addToApiReportFile: false } };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, "dist", `${name}.d.ts`),
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [`dist/${name}.d.ts`] } },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder: reportFolder,
        reportFileName: `${name}.api.md`,
        // What is not exported itself, but is part of something that is, is what a user sees too.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: unheard,
        tsdocMessageReporting: unheard,
      },
    },
  });
}

const COMPILER_OPTIONS = {
  target: "ES2022",
  module: "NodeNext",
  moduleResolution: "NodeNext",
  lib: ["ES2022", "DOM"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
};

/** Without what tells of doc comments: a comment that is added changes nobody's program. */
function tidy(report: string): string {
  return report.replaceAll(/^ *\/\/ (?:@public.*|\(undocumented\)|\(No @packageDocumentation .*)\n/gm, "");
}

if (import.meta.main) {
  const fresh = freshReports();
  for (const name of keptReports().keys()) if (!fresh.has(name)) rmSync(join(root, REPORTS, name));
  for (const [name, text] of fresh) writeFileSync(join(root, REPORTS, name), text);
}
