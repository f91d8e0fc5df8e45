// Stands in for Vite's development server, for the runner's own tests.
import { createServer } from "node:http";
createServer((_, response) => response.end("from vite")).listen(Number(process.env.PORT), "127.0.0.1");
