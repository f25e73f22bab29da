// The bundle with ALTCHA's widget: the build without styles (the widget is not shown), its worker in a file of its own.
import "altcha/external";
