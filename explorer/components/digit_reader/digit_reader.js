import { opened } from "../shared/opener.js";

export default opened;
