import type { CommandEntry } from "./command-entry.js";

/** All commands, in the order in which a person meets them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "ls",
    summary: "list the streams of a source, or the configured sources",
    load: async () => (await import("./commands/ls.js")).lsCommand,
  },
  {
    name: "info",
    summary: "tell about a source, or about a stream",
    load: async () => (await import("./commands/info.js")).infoCommand,
  },
  {
    name: "head",
    summary: "print the first rows of a stream",
    load: async () => (await import("./commands/head.js")).headCommand,
  },
  {
    name: "tail",
    summary: "print the last rows of a stream",
    load: async () => (await import("./commands/tail.js")).tailCommand,
  },
  {
    name: "read",
    summary: "print the rows of a stream, or write them to a file",
    load: async () => (await import("./commands/read.js")).readCommand,
  },
  {
    name: "plot",
    summary: "draw a stream in the terminal, or as SVG or PNG",
    load: async () => (await import("./commands/plot.js")).plotCommand,
  },
  {
    name: "image",
    summary: "write an image of a stream as PNG",
    load: async () => (await import("./commands/image.js")).imageCommand,
  },
  {
    name: "export",
    summary: "write many streams to a folder; can be resumed",
    load: async () => (await import("./commands/export.js")).exportCommand,
  },
  {
    name: "serve",
    summary: "serve sources over HTTP, on this machine",
    load: async () => (await import("./commands/serve.js")).serveCommand,
  },
  {
    name: "source",
    summary: "name sources in the configuration",
    load: async () => (await import("./commands/source.js")).sourceCommand,
  },
  {
    name: "plugin",
    summary: "tell which connectors there are",
    load: async () => (await import("./commands/plugin.js")).pluginCommand,
  },
  {
    name: "doctor",
    summary: "look for what keeps a source from opening",
    load: async () => (await import("./commands/doctor.js")).doctorCommand,
  },
  {
    name: "completion",
    summary: "print the completion of a shell",
    load: async () => {
      const { completionCommand } = await import("./commands/completion.js");
      return (surroundings) => completionCommand(surroundings, commands);
    },
  },
];
