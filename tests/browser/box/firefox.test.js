// The smoke test of the box in Debian's Firefox.

import { smokeTest } from "./smoke.js";

smokeTest("firefox");
