// Answers every request, for the runner's own tests.
import { createServer } from "node:http";
createServer((_, response) => response.end("auth")).listen(Number(process.env.PORT), process.env.HOST);
