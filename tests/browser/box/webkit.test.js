// The smoke test of the box in Debian's WebKitGTK.

import { smokeTest } from "./smoke.js";

smokeTest("webkit");
