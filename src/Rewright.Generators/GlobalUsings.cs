// Both the compiler's syntax and ours have these; here ours go by the plain name.
global using NameSyntax = Rewright.Text.NameSyntax;
global using ParameterSyntax = Rewright.Text.ParameterSyntax;
global using PatternSyntax = Rewright.Text.PatternSyntax;
