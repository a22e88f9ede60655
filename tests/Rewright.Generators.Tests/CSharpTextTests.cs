using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Emit.CSharp;
using Xunit;

namespace Rewright.Generators.Tests;

public class CSharpTextTests
{
    [Fact]
    public void Every_keyword_is_escaped()
    {
        var keywords = SyntaxFacts.GetKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText)
            .Where(k => k.Length > 0 && char.IsLetter(k[0])).Distinct();
        // Those that mean something only after a # or inside an attribute's list can be names anywhere else.
        string[] directives = ["assembly", "module", "type", "method", "param", "property", "typevar", "elif", "endif", "region",
            "endregion", "define", "undef",
            "warning", "error", "line", "pragma", "hidden", "checksum", "disable", "restore", "reference", "load", "nullable", "enable",
                "warnings", "annotations"];
        Assert.Equal([], keywords.Except(directives).Where(k => CSharpText.Identifier(k) != "@" + k));
    }

    [Theory]
    [InlineData("a\"b\\c\nd\te\u2028é🎉")]
    [InlineData("")]
    public void String_literals_read_back(string value)
        => Assert.Equal(value, SyntaxFactory.ParseToken(CSharpText.StringLiteral(value)).Value);
}
