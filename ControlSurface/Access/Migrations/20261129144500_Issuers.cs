using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Access.Migrations
{
    /// <inheritdoc />
    public partial class Issuers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "issued_by",
                table: "keys",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "issued_by",
                table: "keys");
        }
    }
}
