// A worker thread's side of the mutation run: judges one mutant after another.
import { judge } from "./judge.js";

export default judge;
