// Small improvements for those who have JavaScript. Every page works without this file.
import { prepareAutocomplete } from "./enhance/autocomplete-loader";
import { showBusyButtons } from "./enhance/busy";
import { prepareCaptcha } from "./enhance/captcha";
import { countCharacters } from "./enhance/counter";
import { focusErrorSummary } from "./enhance/error-summary";
import { prepareRecaptcha } from "./enhance/recaptcha";
import { keepToken } from "./enhance/token";

keepToken();
prepareCaptcha();
prepareRecaptcha();
showBusyButtons();
countCharacters();
prepareAutocomplete();
focusErrorSummary();
