// Hocuspocus with its SQLite extension, as its documentation sets it up. Its one argument is a file with port, database, documents.
import { readFileSync } from "node:fs";
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const { port, file, names, state } = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** Both servers begin with the same texts. */
class Filled extends SQLite {
  async onConfigure() {
    await super.onConfigure();
    const insert = this.db.prepare("INSERT INTO documents (name, data) VALUES (?, ?)");
    const data = Buffer.from(state, "base64");
    this.db.transaction(() => {
      for (const name of names) insert.run(name, data);
    })();
  }
}

const server = new Server({
  port,
  address: "127.0.0.1",
  quiet: true,
  extensions: [new Filled({ database: file })],
});
await server.listen();
process.stdout.write("listening\n");
