// Small improvements for those who have JavaScript. Every page works without this file.
import { focusErrorSummary } from "./enhance/error-summary";

focusErrorSummary();
