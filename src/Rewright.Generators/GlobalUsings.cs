// Both the compiler's syntax and ours have these types; here the plain names mean ours.
global using NameSyntax = Rewright.Text.NameSyntax;
global using ParameterSyntax = Rewright.Text.ParameterSyntax;
global using PatternSyntax = Rewright.Text.PatternSyntax;
